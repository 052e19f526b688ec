with supplied as (

    select
        'files' as source_system,
        *,
        {{ currency_or_reporting('currency') }} as order_currency,
        {{ reporting_day('ordered_at') }} as rate_date
    from {{ ref('stg_files__orders') }}

),

-- Purchases after as_of have no party.
parties as (

    select * from {{ ref('canonical_purchase_parties') }}
    where purchase = 'order'

),

excluded_purchases as (

    select * from {{ ref('canonical_excluded_purchases') }}

),

orders as (

    select
        {{ surrogate_key(["'order'", 'supplied.source_system', 'supplied.order_id']) }} as order_key,
        supplied.source_system,
        supplied.order_id,
        coalesce(parties.company_key, parties.person_key) as customer_key,
        supplied.customer_id,
        parties.person_key,
        parties.company_key,
        supplied.ordered_at,
        supplied.amount,
        supplied.order_currency as currency,
        {{ to_reporting('supplied.amount', 'supplied.order_currency', 'supplied.rate_date') }}
            as amount_reporting,
        -- Less than nothing is money back.
        supplied.amount >= 0 as is_purchase,
        supplied.product,
        coalesce(supplied.segment, 'unknown') as segment,
        lower(trim(supplied.channel)) as channel
    from supplied
    inner join parties
        on supplied.source_system = parties.source_system
        and supplied.order_id = parties.purchase_id
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'supplied.order_currency', 'supplied.rate_date') }}
    left join excluded_purchases
        on parties.purchase = excluded_purchases.purchase
        and parties.source_system = excluded_purchases.source_system
        and parties.purchase_id = excluded_purchases.purchase_id
        and parties.purchased_at = excluded_purchases.purchased_at
    where excluded_purchases.purchase_id is null

)

select * from orders
