with touchpoints as (

    select * from {{ ref('canonical_touchpoints') }}
    where campaign_key is not null

),

customer_people as (

    select * from {{ ref('canonical_customer_people') }}

),

customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

touches as (

    select
        customer_people.customer_key,
        touchpoints.campaign_key,
        touchpoints.occurred_at,
        {{ reporting_month('touchpoints.occurred_at') }} as touched_month,
        row_number() over (
            partition by customer_people.customer_key, {{ reporting_month('touchpoints.occurred_at') }}
            order by touchpoints.occurred_at desc nulls last, touchpoints.touchpoint_id desc nulls last
        ) as recency
    from touchpoints
    inner join customer_people
        on touchpoints.person_key = customer_people.person_key

),

-- Before a month begins, the last touch of the last month that has one is the last.
before_months as (

    select
        customer_months.customer_key,
        customer_months.period_month,
        touches.campaign_key,
        row_number() over (
            partition by customer_months.customer_key, customer_months.period_month
            order by touches.touched_month desc nulls last
        ) as recency
    from customer_months
    inner join touches
        on customer_months.customer_key = touches.customer_key
        and customer_months.period_month > touches.touched_month
        and {{ utc_of_midnight('customer_months.period_month', "'" ~ var('reporting_time_zone') ~ "'") }}
        <= {{ dbt.dateadd('day', var('attribution_lookback_days'), 'touches.occurred_at') }}
    where touches.recency = 1

),

last_campaigns as (

    select
        customer_key,
        period_month,
        campaign_key
    from before_months
    where recency = 1

)

select * from last_campaigns
