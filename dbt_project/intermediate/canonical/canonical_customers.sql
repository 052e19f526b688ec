with people as (

    select * from {{ ref('canonical_people') }}

),

companies as (

    select * from {{ ref('canonical_companies') }}

),

dealings as (

    select
        customer_key, person_key, company_key, customer_id, cast(null as {{ dbt.type_string() }}) as party_id,
        segment, ordered_at as dealt_at, order_id as dealing_id, true as is_purchase
    from {{ ref('canonical_orders') }}
    union all
    select
        customer_key, person_key, company_key, customer_id, null as party_id, segment, started_at as dealt_at,
        subscription_id as dealing_id, mrr > 0 as is_purchase
    from {{ ref('canonical_subscription_periods') }}
    union all
    select
        deals.customer_key, deals.person_key, deals.company_key, null as customer_id,
        coalesce(companies.company_id, people.contact_id) as party_id, deals.segment, deals.closed_at as dealt_at,
        deals.deal_id as dealing_id, true as is_purchase
    from {{ ref('canonical_deals') }} as deals
    left join companies on deals.company_key = companies.company_key
    left join people on deals.person_key = people.person_key
    where deals.is_won

),

customers as (

    select
        customer_key,
        case
            when count(distinct customer_id) = 1 then min(customer_id)
            when count(customer_id) = 0 and count(distinct party_id) = 1 then min(party_id)
        end as customer_id,
        min(case when company_key is null then person_key end) as person_key,
        min(company_key) as company_key,
        min(case when is_purchase then dealt_at end) as became_customer_at
    from dealings
    where customer_key is not null
    group by customer_key

),

first_segments as (

    select
        customer_key,
        segment,
        row_number() over (
            partition by customer_key
            order by dealt_at nulls last, dealing_id
        ) as dealing_no
    from dealings
    where segment != 'unknown'

),

described as (

    select
        customers.customer_key,
        customers.customer_id,
        customers.person_key,
        customers.company_key,
        coalesce(first_segments.segment, companies.segment, people.segment, 'unknown') as segment,
        customers.became_customer_at,
        coalesce(companies.country, people.country, 'unknown') as country
    from customers
    left join first_segments
        on customers.customer_key = first_segments.customer_key
        and first_segments.dealing_no = 1
    left join companies on customers.company_key = companies.company_key
    left join people on customers.person_key = people.person_key

)

select * from described
