with subscribers as (

    select distinct customer_key from {{ ref('int_risk__snapshots') }}

),

customer_people as (

    select
        customer_people.customer_key,
        customer_people.person_key
    from {{ ref('canonical_customer_people') }} as customer_people
    inner join subscribers
        on customer_people.customer_key = subscribers.customer_key

),

person_events as (

    select person_key, 'login' as kind, occurred_at, known_at
    from {{ ref('canonical_funnel_events') }}
    where event_name = '{{ var("login_event") }}'
    union all
    select person_key, case event_type when 'open' then 'email_open' else 'email_click' end as kind, occurred_at, occurred_at as known_at
    from {{ ref('canonical_email_events') }}
    where event_type in ('open', 'click') and not is_machine
    union all
    select person_key, 'visit' as kind, occurred_at, known_at
    from {{ ref('canonical_known_touches') }}
    where not is_activity and touch_type not in ('email_open', 'email_click')
    union all
    select
        person_key,
        case direction when 'inbound' then 'activity_inbound' else 'activity_outbound' end as kind,
        occurred_at,
        occurred_at as known_at
    from {{ ref('fct_activities') }}
    where direction in ('inbound', 'outbound')

),

engagement_events as (

    select
        customer_people.customer_key,
        person_events.kind,
        person_events.occurred_at,
        person_events.known_at
    from person_events
    inner join customer_people
        on person_events.person_key = customer_people.person_key
    union all
    select
        orders.customer_key,
        'order' as kind,
        orders.ordered_at as occurred_at,
        orders.ordered_at as known_at
    from {{ ref('canonical_orders') }} as orders
    inner join subscribers
        on orders.customer_key = subscribers.customer_key
    where orders.is_purchase

)

select * from engagement_events
