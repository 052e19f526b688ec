-- Fails if a shared mart knows a moment after as_of, or a day that as_of hasn't closed.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

moments as (

    select 'fct_touchpoints' as mart, max(occurred_at) as last_at from {{ ref('fct_touchpoints') }}
    union all
    select 'fct_conversions' as mart, max(converted_at) as last_at from {{ ref('fct_conversions') }}
    union all
    select 'fct_activities' as mart, max(occurred_at) as last_at from {{ ref('fct_activities') }}
    union all
    select 'fct_orders' as mart, max(ordered_at) as last_at from {{ ref('fct_orders') }}
    union all
    select 'fct_deals created' as mart, max(created_at) as last_at from {{ ref('fct_deals') }}
    union all
    select 'fct_deals closed' as mart, max(closed_at) as last_at from {{ ref('fct_deals') }}
    union all
    select 'dim_people' as mart, max(first_seen_at) as last_at from {{ ref('dim_people') }}
    union all
    select 'dim_customers' as mart, max(became_customer_at) as last_at from {{ ref('dim_customers') }}
    union all
    select
        'fct_ad_performance' as mart,
        cast({{ dbt.dateadd('day', 1, 'max(date_day)') }} as {{ dbt.type_timestamp() }}) as last_at
    from {{ ref('fct_ad_performance') }}

)

select
    moments.mart,
    moments.last_at
from moments
cross join as_of
where moments.last_at > as_of.as_of
