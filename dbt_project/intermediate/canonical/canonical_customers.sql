with people as (

    select * from {{ ref('canonical_people') }}

),

companies as (

    select * from {{ ref('canonical_companies') }}

),

purchases as (

    select customer_key, customer_id, person_key, company_key, segment, ordered_at as bought_at, order_id as purchase_id
    from {{ ref('canonical_orders') }}
    union all
    select customer_key, customer_id, person_key, company_key, segment, started_at as bought_at, subscription_id
    from {{ ref('canonical_subscription_periods') }}
    where mrr > 0
    union all
    select
        deals.customer_key,
        coalesce(companies.company_id, people.contact_id) as customer_id,
        deals.person_key,
        deals.company_key,
        deals.segment,
        deals.closed_at as bought_at,
        deals.deal_id as purchase_id
    from {{ ref('canonical_deals') }} as deals
    left join companies on deals.company_key = companies.company_key
    left join people on deals.person_key = people.person_key
    where deals.is_won and deals.customer_key is not null

),

customers as (

    select
        customer_key,
        case when count(distinct customer_id) = 1 then min(customer_id) end as customer_id,
        min(case when company_key is null then person_key end) as person_key,
        min(company_key) as company_key,
        min(bought_at) as became_customer_at
    from purchases
    group by customer_key

),

first_segments as (

    select
        customer_key,
        segment,
        row_number() over (
            partition by customer_key
            order by bought_at nulls last, purchase_id
        ) as purchase_no
    from purchases
    where segment != 'unknown'

),

described as (

    select
        customers.customer_key,
        customers.customer_id,
        customers.person_key,
        customers.company_key,
        coalesce(first_segments.segment, companies.segment, people.segment, 'unknown') as segment,
        customers.became_customer_at
    from customers
    left join first_segments
        on customers.customer_key = first_segments.customer_key
        and first_segments.purchase_no = 1
    left join companies on customers.company_key = companies.company_key
    left join people on customers.person_key = people.person_key

)

select * from described
