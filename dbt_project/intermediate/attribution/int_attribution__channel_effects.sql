with removal_effects as (

    select * from {{ ref('stg_estimates__removal_effects') }}

),

transitions as (

    select * from {{ ref('int_attribution__transitions') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

-- Numbers are those of one build: the effects of other transitions aren't these channels'.
checksums as (

    select distinct
        type_no,
        checksum
    from transitions

),

channel_effects as (

    select
        type_numbers.conversion_type,
        channel_numbers.channel,
        removal_effects.removal_effect,
        removal_effects.removal_effect_value
    from removal_effects
    inner join checksums
        on removal_effects.type_no = checksums.type_no
        and removal_effects.checksum = checksums.checksum
    inner join type_numbers
        on removal_effects.type_no = type_numbers.type_no
    inner join channel_numbers
        on removal_effects.channel_no = channel_numbers.channel_no

)

select * from channel_effects
