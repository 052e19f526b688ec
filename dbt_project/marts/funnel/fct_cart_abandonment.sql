with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

carts as (

    select * from {{ ref('int_funnel__carts') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

-- A purchase a month after the cart was given up has nothing to do with it any more.
kept as (

    select
        *,
        case
            when purchased_at <= {{ dbt.dateadd('day', 30, 'left_alone_at') }} then purchased_at
        end as bought_at
    from carts

),

judged as (

    select
        kept.*,
        kept.left_alone_at <= as_of.as_of
        and coalesce(kept.purchased_at > kept.left_alone_at, true) as is_abandoned
    from kept
    cross join as_of

),

cart_abandonment as (

    select
        {{ surrogate_key(["'cart'", 'judged.source_system', 'judged.event_id']) }} as cart_key,
        judged.person_key,
        judged.cart_no,
        judged.started_at,
        judged.last_active_at,
        case
            when judged.bought_at is not null then 'purchase'
            when judged.has_checkout then 'checkout'
            else 'cart'
        end as reached_step,
        judged.cart_value,
        judged.currency,
        judged.cart_value_reporting,
        judged.bought_at is not null as is_purchased,
        judged.bought_at as purchased_at,
        judged.is_abandoned,
        case when judged.is_abandoned then judged.left_alone_at end as abandoned_at,
        case
            when judged.is_abandoned and judged.bought_at is null then judged.cart_value_reporting
            else 0
        end as value_lost_reporting,
        judged.is_abandoned and judged.bought_at is not null as is_recovered,
        case
            when judged.is_abandoned and judged.bought_at is not null
                then coalesce(judged.paid_reporting, judged.cart_value_reporting)
            else 0
        end as value_recovered_reporting,
        coalesce(judged.segment, people.segment, 'unknown') as segment
    from judged
    left join people on judged.person_key = people.person_key
    order by judged.person_key, judged.cart_no

)

select * from cart_abandonment
