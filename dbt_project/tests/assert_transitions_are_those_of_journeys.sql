{{ config(group='attribution') }}

-- Fails if a transition, counted over touches, isn't made as often as the journeys make it one by one, or isn't worth as much.
with transitions as (

    select * from {{ ref('int_attribution__transitions') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

of_journeys as (

    select
        type_no,
        lost_types,
        from_no,
        to_no,
        channel_no,
        sum(journeys) as transitions,
        sum(case when to_no = -1 then cast(value as decimal(38, 6)) end) as value
    from {{ ref('int_attribution__journey_transitions') }}
    group by type_no, lost_types, from_no, to_no, channel_no

),

both_ways as (

    select type_no, from_no, to_no, channel_no, transitions, cast(coalesce(value, 0) as decimal(38, 6)) as value
    from transitions
    union all
    select
        type_numbers.type_no,
        of_journeys.from_no,
        of_journeys.to_no,
        of_journeys.channel_no,
        -1 * of_journeys.transitions,
        -1 * coalesce(of_journeys.value, 0)
    from of_journeys
    inner join type_numbers
        on of_journeys.type_no = type_numbers.type_no
        or {{ holds_type('of_journeys.lost_types', 'type_numbers.type_no') }}

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
