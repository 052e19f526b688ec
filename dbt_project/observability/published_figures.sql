{{ config(group='attribution') }}

with published as (

    select * from {{ ref('stg_run__published_figures') }}

),

changes as (

    select * from {{ ref('int_attribution__figure_changes') }}

),

reasons as (

    select * from {{ ref('int_attribution__change_reasons') }}

),

explained as (

    select
        changes.figure,
        changes.channel,
        changes.model,
        changes.conversion_type,
        case
            when changes.value_before is null then 'first'
            else coalesce(substring(reasons.reasons, 1, length(reasons.reasons) - 2), 'other')
        end as reason,
        changes.version,
        changes.stood_since,
        changes.value_before,
        changes.value_after,
        changes.period_month
    from changes
    left join reasons
        on changes.figure = reasons.figure
        and changes.period_month = reasons.period_month
        and changes.channel = reasons.channel
        and changes.model = reasons.model
        and changes.conversion_type = reasons.conversion_type

),

-- A run that was not published leaves nothing: the next one begins again from what is served.
figures as (

    select figure, channel, model, conversion_type, reason, version, stood_since, value_before, value_after, period_month
    from published
    union all
    select * from explained

)

select * from figures
