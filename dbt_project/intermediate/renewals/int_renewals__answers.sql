{%- set followed_days = 90 -%}

with feedback as (

    select
        *,
        {{ dbt.dateadd('day', followed_days, 'responded_at') }} as followed_at
    from {{ ref('canonical_feedback') }}

),

spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

purchases as (

    select
        customer_key,
        ordered_at,
        {{ dbt.dateadd('day', var('inactivity_churn_days'), 'ordered_at') }} as inactive_at
    from {{ ref('canonical_orders') }}
    where is_purchase

),

-- With us is whom a paid period covers, or who bought less than inactivity_churn_days ago.
stretches as (

    select customer_key, started_at, ended_at from spells
    union all
    select customer_key, ordered_at as started_at, inactive_at as ended_at from purchases

),

presence as (

    select
        feedback.response_key,
        max(case
            when stretches.started_at <= feedback.responded_at
                and (stretches.ended_at is null or stretches.ended_at > feedback.responded_at)
                then 1
            else 0
        end) as was_with_us,
        max(case
            when stretches.started_at <= feedback.followed_at
                and (stretches.ended_at is null or stretches.ended_at > feedback.followed_at)
                then 1
            else 0
        end) as is_with_us_later
    from feedback
    inner join stretches
        on feedback.customer_key = stretches.customer_key
    group by feedback.response_key

),

answers as (

    select
        feedback.response_key,
        feedback.customer_key,
        {{ reporting_month('feedback.responded_at') }} as period_month,
        feedback.survey_type,
        case
            when feedback.survey_type != 'nps'
                then cast(cast(floor(feedback.score) as integer) as {{ dbt.type_string() }})
            when feedback.score >= 9 then 'promoter'
            when feedback.score > 6 then 'passive'
            else 'detractor'
        end as score_band,
        feedback.score,
        case when feedback.followed_at <= as_of.as_of then coalesce(presence.was_with_us, 0) else 0 end as followed,
        case
            when feedback.followed_at <= as_of.as_of then coalesce(presence.was_with_us * presence.is_with_us_later, 0)
            else 0
        end as retained
    from feedback
    cross join as_of
    left join presence
        on feedback.response_key = presence.response_key

)

select * from answers
