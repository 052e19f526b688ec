-- Fails if in fct_funnel_conversion those who advanced from a step aren't those who entered the next one, or if a step but
-- the first stands alone.
with funnel_conversion as (

    select * from {{ ref('fct_funnel_conversion') }}

),

with_previous as (

    select
        *,
        lag(advanced) over (
            partition by funnel, order_mode, cohort_month, segment_name, segment_value
            order by step_no asc nulls last
        ) as advanced_before
    from funnel_conversion

),

failures as (

    select * from with_previous
    where step_no > 1 and (advanced_before is null or advanced_before <> entered)

)

select * from failures
