with histories as (

    select * from {{ ref('int_value__histories') }}

),

shared as (

    select
        fit_no,
        repeat_purchases as x,
        recency_days,
        age_days,
        horizon_days,
        count(*) as customers
    from histories
    group by fit_no, repeat_purchases, recency_days, age_days, horizon_days

),

numbered as (

    select
        row_number() over (
            order by fit_no asc nulls last, x asc nulls last, recency_days asc nulls last, age_days asc nulls last
        ) as row_no,
        *
    from shared

),

checksums as (

    select
        fit_no,
        {{ rows_checksum(['row_no', 'x', 'recency_days', 'age_days', 'horizon_days', 'customers']) }} as checksum
    from numbered
    group by fit_no

),

purchase_counts as (

    select
        numbered.*,
        checksums.checksum
    from numbered
    inner join checksums
        on numbered.fit_no = checksums.fit_no

)

select * from purchase_counts
