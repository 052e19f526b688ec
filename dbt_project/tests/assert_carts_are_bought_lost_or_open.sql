-- Fails if a cart of fct_cart_abandonment is lost and recovered at once, is recovered without having been abandoned and bought,
-- or if an event that puts something into a cart is in no cart.
with cart_abandonment as (

    select * from {{ ref('fct_cart_abandonment') }}

),

cart_steps as (

    select * from {{ ref('funnels') }}
    where funnel = 'ecommerce_checkout' and step = 'cart' and entered_by = 'event'

),

funnel_events as (

    select * from {{ ref('canonical_funnel_events') }}

),

contradictions as (

    select cart_key
    from cart_abandonment
    where
        (value_lost_reporting <> 0 and value_recovered_reporting <> 0)
        or is_recovered <> (is_abandoned and is_purchased)
        or is_abandoned <> (abandoned_at is not null)
        or is_purchased <> (purchased_at is not null)
        or last_active_at < started_at

),

uncounted as (

    select funnel_events.event_id as cart_key
    from funnel_events
    inner join cart_steps on funnel_events.event_name = cart_steps.match
    left join cart_abandonment
        on funnel_events.person_key = cart_abandonment.person_key
        and funnel_events.occurred_at between cart_abandonment.started_at and cart_abandonment.last_active_at
    where funnel_events.person_key is not null and cart_abandonment.cart_key is null

),

failures as (

    select cart_key from contradictions
    union all
    select cart_key from uncounted

)

select * from failures
