{{ config(group='attribution') }}

-- Fails if a transition, counted over touches, isn't made as often as the journeys make it one by one, or isn't worth as much.
with transitions as (

    select * from {{ ref('int_attribution__transitions') }}

),

journey_transitions as (

    select * from {{ ref('int_attribution__journey_transitions') }}

),

both_ways as (

    select type_no, from_no, to_no, channel_no, transitions, cast(coalesce(value, 0) as decimal(38, 6)) as value
    from transitions
    union all
    select
        type_no,
        from_no,
        to_no,
        channel_no,
        -1 * transitions * journeys,
        case when to_no = -1 then cast(-1 * coalesce(value, 0) as decimal(38, 6)) else 0 end
    from journey_transitions

),

failures as (

    select
        type_no,
        from_no,
        to_no,
        channel_no,
        sum(transitions) as more_often,
        sum(value) as worth_more
    from both_ways
    group by type_no, from_no, to_no, channel_no
    having sum(transitions) <> 0 or sum(value) <> 0

)

select * from failures
