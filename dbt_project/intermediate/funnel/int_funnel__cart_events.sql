{%- set in_time -%}
    partition by person_key order by occurred_at asc nulls last, place asc nulls last, event_id asc nulls last
{%- endset -%}

with cart_steps as (

    select
        step,
        match,
        case step when 'cart' then 1 when 'checkout' then 2 else 3 end as place
    from {{ ref('funnels') }}
    where funnel = 'ecommerce_checkout' and entered_by = 'event' and step in ('cart', 'checkout', 'purchase')

),

events as (

    select
        funnel_events.*,
        cart_steps.step,
        cart_steps.place
    from {{ ref('canonical_funnel_events') }} as funnel_events
    inner join cart_steps on funnel_events.event_name = cart_steps.match
    where funnel_events.person_key is not null

),

sequenced as (

    select
        *,
        row_number() over ({{ in_time }}) as event_no,
        lag(occurred_at) over ({{ in_time }}) as previous_occurred_at,
        sum(case when step = 'purchase' then 1 else 0 end) over (
            {{ in_time }} rows between unbounded preceding and current row
        ) - case when step = 'purchase' then 1 else 0 end as purchases_before
    from events

),

-- Putting something into a cart begins one, unless there is one that was neither bought nor left alone too long.
with_beginnings as (

    select
        *,
        case
            when step <> 'cart' then 0
            when row_number() over (partition by person_key, purchases_before, step order by event_no asc nulls last) = 1 then 1
            when occurred_at > {{ dbt.dateadd('hour', var('cart_abandoned_after_hours'), 'previous_occurred_at') }} then 1
            else 0
        end as is_beginning
    from sequenced

),

numbered as (

    select
        *,
        sum(is_beginning) over (
            partition by person_key order by event_no asc nulls last rows between unbounded preceding and current row
        ) as cart_no
    from with_beginnings

),

with_cart as (

    select
        *,
        min(purchases_before) over (partition by person_key, cart_no) as purchases_before_cart
    from numbered
    where cart_no > 0

),

-- What follows a purchase belongs to no cart until the next one begins.
cart_events as (

    select
        person_key,
        cast(cart_no as integer) as cart_no,
        event_no,
        source_system,
        event_id,
        step,
        occurred_at,
        segment,
        value,
        currency
    from with_cart
    where purchases_before = purchases_before_cart

)

select * from cart_events
