with stage_conversions as (

    select * from {{ ref('int_core__stage_conversions') }}

),

deal_conversions as (

    select * from {{ ref('int_core__deal_conversions') }}

),

orders as (

    select
        orders.*,
        coalesce(orders.company_key, people.company_key) as buying_company_key,
        row_number() over (
            partition by orders.customer_key
            order by orders.ordered_at, orders.order_id
        ) as order_no
    from {{ ref('canonical_orders') }} as orders
    left join {{ ref('canonical_people') }} as people on orders.person_key = people.person_key

),

supplied as (

    select * from {{ ref('canonical_conversions') }}

),

conversions as (

    select
        conversion_id, source_system, person_key, company_key, cast(null as {{ dbt.type_string() }}) as deal_key,
        conversion_type, converted_at, cast(null as decimal(24, 6)) as value,
        cast(null as {{ dbt.type_string() }}) as currency, cast(null as decimal(24, 6)) as value_reporting,
        cast(null as boolean) as is_new_customer
    from stage_conversions
    union all
    select
        conversion_id, source_system, person_key, company_key, deal_key, conversion_type, converted_at, value,
        currency, value_reporting, is_new_customer
    from deal_conversions
    union all
    select
        {{ dbt.concat(["'order:'", 'order_id']) }} as conversion_id, source_system, person_key,
        buying_company_key as company_key, null as deal_key, 'order' as conversion_type,
        ordered_at as converted_at, amount as value, currency, amount_reporting as value_reporting,
        case when customer_key is not null then order_no = 1 end as is_new_customer
    from orders
    union all
    select
        {{ dbt.concat(['conversion_type', "':'", 'conversion_id']) }} as conversion_id, source_system, person_key,
        company_key, null as deal_key, conversion_type, converted_at, value, currency, value_reporting,
        null as is_new_customer
    from supplied

),

keyed as (

    select
        {{ surrogate_key(["'conversion'", 'source_system', 'conversion_id']) }} as conversion_key,
        *
    from conversions

)

select * from keyed
