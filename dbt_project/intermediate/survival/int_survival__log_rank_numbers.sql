with counts as (

    select * from {{ ref('int_survival__counts') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

numbered as (

    select
        cast(segment_names.segment_no as bigint) as name_no,
        dense_rank() over (
            partition by counts.segment_name
            order by counts.segment_value asc nulls last
        ) as value_no,
        counts.tenure_months,
        counts.at_risk,
        counts.churned
    from counts
    inner join segment_names
        on counts.segment_name = segment_names.segment_name

),

checksums as (

    select
        name_no,
        {{ rows_checksum(['value_no', 'tenure_months', 'at_risk', 'churned']) }} as checksum
    from numbered
    group by name_no

),

log_rank_numbers as (

    select
        numbered.*,
        checksums.checksum
    from numbered
    inner join checksums
        on numbered.name_no = checksums.name_no

)

select * from log_rank_numbers
