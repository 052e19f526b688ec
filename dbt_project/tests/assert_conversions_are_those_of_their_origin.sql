-- Fails if the conversions of a type are not as many, or not worth as much, as the deals, orders and stage entries they stand for.
with origins as (

    select 'opportunity' as conversion_type, count(*) as origin_rows, coalesce(sum(amount), 0) as origin_value
    from {{ ref('fct_deals') }}
    where created_at is not null
    union all
    select 'won' as conversion_type, count(*) as origin_rows, coalesce(sum(amount), 0) as origin_value
    from {{ ref('fct_deals') }}
    where is_won and closed_at is not null
    union all
    select 'order' as conversion_type, count(*) as origin_rows, coalesce(sum(amount), 0) as origin_value
    from {{ ref('fct_orders') }}
    union all
    select 'lead' as conversion_type, count(became_lead_at) as origin_rows, 0 as origin_value
    from {{ ref('dim_people') }}
    union all
    select 'mql' as conversion_type, count(became_mql_at) as origin_rows, 0 as origin_value
    from {{ ref('dim_people') }}

),

supplied as (

    select {{ dbt.concat(['conversion_type', "':'", 'conversion_id']) }} as conversion_id
    from {{ ref('canonical_conversions') }}

),

conversions as (

    select
        conversions.conversion_type,
        count(*) as conversion_rows,
        coalesce(sum(conversions.value), 0) as conversion_value
    from {{ ref('fct_conversions') }} as conversions
    left join supplied on conversions.conversion_id = supplied.conversion_id
    where supplied.conversion_id is null
    group by conversions.conversion_type

)

select
    origins.conversion_type,
    origins.origin_rows,
    conversions.conversion_rows,
    origins.origin_value,
    conversions.conversion_value
from origins
left join conversions on origins.conversion_type = conversions.conversion_type
where origins.origin_rows != coalesce(conversions.conversion_rows, 0)
    or origins.origin_value != coalesce(conversions.conversion_value, 0)
