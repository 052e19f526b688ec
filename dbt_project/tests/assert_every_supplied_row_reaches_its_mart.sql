-- Fails if touchpoints, orders, activities, deals, companies, conversions or e-mail sends that sources supplied up to as_of are
-- more or fewer than those in the marts and those excluded by rule: a join lost or repeated rows, or a mart saw none of what was supplied.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select 'touchpoints' as entity, count(distinct touchpoint_id) as supplied_rows
    from {{ source('raw_files', 'touchpoints') }}
    cross join as_of
    where cast(occurred_at as {{ dbt.type_timestamp() }}) <= as_of.as_of
    union all
    select 'orders' as entity, count(distinct order_id) as supplied_rows
    from {{ source('raw_files', 'orders') }}
    cross join as_of
    where cast(ordered_at as {{ dbt.type_timestamp() }}) <= as_of.as_of
    union all
    select 'activities' as entity, count(distinct activity_id) as supplied_rows
    from {{ source('raw_files', 'activities') }}
    cross join as_of
    where cast(occurred_at as {{ dbt.type_timestamp() }}) <= as_of.as_of
    union all
    select 'file deals' as entity, count(distinct deal_id) as supplied_rows
    from {{ source('raw_files', 'deals') }}
    cross join as_of
    where created_at is null or cast(created_at as {{ dbt.type_timestamp() }}) <= as_of.as_of
    union all
    select 'hubspot deals' as entity, count(distinct id) as supplied_rows
    from {{ source('raw_hubspot', 'deals') }}
    cross join as_of
    where (createdate is null or cast(createdate as {{ dbt.type_timestamp() }}) <= as_of.as_of)
        and not (archived and (archived_at is null or cast(archived_at as {{ dbt.type_timestamp() }}) <= as_of.as_of))
    union all
    select 'conversions' as entity, count(distinct {{ dbt.concat(['conversion_type', "':'", 'conversion_id']) }}) as supplied_rows
    from {{ source('raw_files', 'conversions') }}
    cross join as_of
    where cast(converted_at as {{ dbt.type_timestamp() }}) <= as_of.as_of
    union all
    select 'mailchimp recipients' as entity, count(distinct {{ dbt.concat(['campaign_id', "':'", 'lower(trim(email_address))']) }}) as supplied_rows
    from {{ source('raw_mailchimp', 'sent_to') }}
    where campaign_id in (
        select campaigns.id
        from {{ source('raw_mailchimp', 'campaigns') }} as campaigns
        cross join as_of
        where cast(campaigns.send_time as {{ dbt.type_timestamp() }}) <= as_of.as_of
    )

),

published as (

    select 'touchpoints' as entity, count(*) as published_rows
    from {{ ref('fct_touchpoints') }}
    where touchpoint_key in (
        select touchpoint_key from {{ ref('canonical_all_touchpoints') }}
        where made_of = 'touchpoint'
    )
    union all
    select 'orders' as entity, count(*) as published_rows from {{ ref('fct_orders') }}
    union all
    select 'activities' as entity, count(*) as published_rows from {{ ref('fct_activities') }}
    where source_system = 'files'
    union all
    select 'file deals' as entity, count(*) as published_rows from {{ ref('fct_deals') }}
    where source_system = 'files'
    union all
    select 'hubspot deals' as entity, count(*) as published_rows from {{ ref('fct_deals') }}
    where source_system = 'hubspot'
    union all
    select 'conversions' as entity, count(*) as published_rows
    from {{ ref('fct_conversions') }}
    where conversion_type not in ('lead', 'mql', 'opportunity', 'won', 'order')
        or conversion_id in (
            select {{ dbt.concat(['conversion_type', "':'", 'conversion_id']) }} from {{ ref('canonical_conversions') }}
        )
    union all
    select 'mailchimp recipients' as entity, coalesce(sum(performance.sent), 0) as published_rows
    from {{ ref('fct_email_performance') }} as performance
    inner join {{ ref('dim_campaigns') }} as campaigns
        on performance.campaign_key = campaigns.campaign_key
        and campaigns.platform = 'mailchimp'

),

excluded as (

    select 'touchpoints' as entity, count(*) as excluded_rows
    from {{ ref('canonical_all_touchpoints') }}
    where excluded_by is not null and made_of = 'touchpoint'
    union all
    select
        case when entity = 'deals' then {{ dbt.concat(["case when source_system = 'files' then 'file' else source_system end", "' deals'"]) }}
            else entity end as entity,
        sum(rows) as excluded_rows
    from {{ ref('excluded_rows') }}
    where entity in ('orders', 'activities', 'deals', 'conversions')
    group by entity, source_system
    union all
    select
        'mailchimp recipients' as entity,
        count(distinct {{ dbt.concat(['campaign_id', "':'", 'person_key']) }}) as excluded_rows
    from {{ ref('canonical_all_email_events') }}
    where excluded_by is not null and source_system = 'mailchimp' and event_type = 'send'

)

select
    supplied.entity,
    supplied.supplied_rows,
    published.published_rows,
    excluded.excluded_rows
from supplied
inner join published on supplied.entity = published.entity
left join excluded on supplied.entity = excluded.entity
where supplied.supplied_rows != published.published_rows + coalesce(excluded.excluded_rows, 0)
