with journey_transitions as (

    select * from {{ ref('int_attribution__journey_transitions') }}

),

counted as (

    select
        type_no,
        from_no,
        to_no,
        channel_no,
        cast(sum(transitions * journeys) as bigint) as transitions,
        -- Sums of decimals are the same in any order.
        sum(case when to_no = -1 then cast(coalesce(value, 0) as decimal(38, 6)) else 0 end) as value,
        count(value) as valued
    from journey_transitions
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
