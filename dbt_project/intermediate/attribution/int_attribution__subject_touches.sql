{%- set in_order -%}
    partition by subject_key
    order by occurred_at asc nulls last, touchpoint_id asc nulls last, touchpoint_key asc nulls last
{%- endset -%}

with touches as (

    select * from {{ ref('int_attribution__touches') }}

),

journey_subjects as (

    select * from {{ ref('int_attribution__journey_subjects') }}

),

allowed as (

    select
        journey_subjects.subject_key,
        touches.touchpoint_key,
        touches.touchpoint_id,
        touches.occurred_at,
        touches.channel
    from touches
    inner join journey_subjects
        on touches.person_key = journey_subjects.person_key
    where not touches.is_withheld

),
{%- if var('attribution_collapse_repeats') %}

after_others as (

    select
        *,
        lag(channel) over ({{ in_order }}) as preceding_channel
    from allowed

),

standing as (

    select * from after_others
    where preceding_channel is null or preceding_channel <> channel

),
{%- else %}

standing as (

    select * from allowed

),
{%- endif %}

subject_touches as (

    select
        subject_key,
        channel,
        row_number() over ({{ in_order }}) as touch_no,
        lag(channel) over ({{ in_order }}) as previous_channel,
        lag(channel, 2) over ({{ in_order }}) as channel_before_previous,
        lead(channel) over ({{ in_order }}) is null as is_last
    from standing

)

select * from subject_touches
