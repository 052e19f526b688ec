with cart_events as (

    select
        *,
        {{ reporting_day('occurred_at') }} as rate_date
    from {{ ref('int_funnel__cart_events') }}

),

priced as (

    select
        cart_events.*,
        {{ to_reporting('cart_events.value', 'cart_events.currency', 'cart_events.rate_date') }} as value_reporting
    from cart_events
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'cart_events.currency', 'cart_events.rate_date') }}

),

carts as (

    select
        person_key,
        cart_no,
        min(event_no) as first_event_no,
        max(case when step <> 'purchase' and value is not null then event_no end) as value_event_no,
        min(case when segment is not null then event_no end) as segment_event_no,
        min(occurred_at) as started_at,
        max(case when step <> 'purchase' then occurred_at end) as last_active_at,
        max(case when step = 'purchase' then occurred_at end) as purchased_at,
        max(case when step = 'purchase' then value_reporting end) as paid_reporting,
        max(case when step = 'checkout' then 1 else 0 end) = 1 as has_checkout
    from priced
    group by person_key, cart_no

),

described as (

    select
        carts.person_key,
        carts.cart_no,
        first_events.source_system,
        first_events.event_id,
        carts.started_at,
        carts.last_active_at,
        {{ dbt.dateadd('hour', var('cart_abandoned_after_hours'), 'carts.last_active_at') }} as left_alone_at,
        carts.has_checkout,
        value_events.value as cart_value,
        value_events.currency,
        value_events.value_reporting as cart_value_reporting,
        carts.purchased_at,
        carts.paid_reporting,
        segment_events.segment
    from carts
    inner join priced as first_events
        on carts.person_key = first_events.person_key
        and carts.first_event_no = first_events.event_no
    left join priced as value_events
        on carts.person_key = value_events.person_key
        and carts.value_event_no = value_events.event_no
    left join priced as segment_events
        on carts.person_key = segment_events.person_key
        and carts.segment_event_no = segment_events.event_no

)

select * from described
