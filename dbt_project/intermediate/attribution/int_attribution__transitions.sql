with steps as (

    select * from {{ ref('int_attribution__steps') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

numbered as (

    select
        type_numbers.type_no,
        {{ markov_state('own.channel_no', 'previous.channel_no') }} as state_no,
        {{ markov_state('previous.channel_no', 'before_previous.channel_no') }} as previous_state_no,
        own.channel_no,
        steps.end_no,
        steps.touches,
        steps.value
    from steps
    inner join type_numbers
        on steps.conversion_type = type_numbers.conversion_type
    inner join channel_numbers as own
        on steps.channel = own.channel
    left join channel_numbers as previous
        on steps.previous_channel = previous.channel
    left join channel_numbers as before_previous
        on steps.channel_before_previous = before_previous.channel

),

moved as (

    select
        type_no,
        case when end_no is null then previous_state_no else state_no end as from_no,
        coalesce(end_no, state_no) as to_no,
        case when end_no is null then channel_no else 0 end as channel_no,
        touches,
        value
    from numbered

),

counted as (

    select
        type_no,
        from_no,
        to_no,
        channel_no,
        cast(sum(touches) as bigint) as transitions,
        coalesce(sum(value), 0) as value,
        count(value) as valued
    from moved
    group by type_no, from_no, to_no, channel_no

),

checksums as (

    select
        type_no,
        {{ rows_checksum(['from_no', 'to_no', 'transitions', 'value']) }} as checksum,
        sum(valued) > 0 as has_value
    from counted
    group by type_no

),

transitions as (

    select
        counted.type_no,
        counted.from_no,
        counted.to_no,
        counted.channel_no,
        counted.transitions,
        case when checksums.has_value then cast(counted.value as double) end as value,
        checksums.checksum
    from counted
    inner join checksums
        on counted.type_no = checksums.type_no

)

select * from transitions
