with spend_numbers as (

    select * from {{ ref('int_value__spend_numbers') }}

),

checksums as (

    select
        fit_no,
        {{ rows_checksum(['row_no', 'x', 'mean_value']) }} as checksum
    from spend_numbers
    group by fit_no

),

spend_means as (

    select
        spend_numbers.row_no,
        spend_numbers.fit_no,
        spend_numbers.x,
        spend_numbers.mean_value,
        checksums.checksum
    from spend_numbers
    inner join checksums
        on spend_numbers.fit_no = checksums.fit_no

)

select * from spend_means
