-- Fails if the people of a step in fct_funnel_bottlenecks, all values of a split together, aren't those of everybody, or if
-- everybody's step isn't ranked among its funnel's.
with funnel_bottlenecks as (

    select * from {{ ref('fct_funnel_bottlenecks') }}

),

by_name as (

    select
        funnel,
        step_no,
        segment_name,
        sum(entered) as entered,
        sum(advanced) as advanced,
        sum(trailing_entered) as trailing_entered
    from funnel_bottlenecks
    group by funnel, step_no, segment_name

),

failures as (

    select by_name.*
    from by_name
    left join by_name as everybody
        on by_name.funnel = everybody.funnel
        and by_name.step_no = everybody.step_no
        and everybody.segment_name = 'all'
    where
        everybody.funnel is null
        or by_name.entered <> everybody.entered
        or by_name.advanced <> everybody.advanced
        or by_name.trailing_entered <> everybody.trailing_entered

)

select * from failures
