with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

activities as (

    select * from {{ ref('canonical_activities') }}

),

deals as (

    select
        deals.deal_key,
        deals.source_system,
        deals.person_key,
        deals.created_at,
        deals.is_closed,
        case when deals.last_activity_at <= as_of.as_of then deals.last_activity_at end as last_activity_at
    from {{ ref('canonical_deals') }} as deals
    cross join as_of

),

deal_activities as (

    select deals.deal_key, activities.activity_key, activities.occurred_at, activities.direction
    from deals
    inner join activities on deals.deal_key = activities.deal_key
    union
    select deals.deal_key, activities.activity_key, activities.occurred_at, activities.direction
    from deals
    inner join activities
        on deals.person_key = activities.person_key
        and deals.created_at <= activities.occurred_at

),

with_replies as (

    select
        *,
        max(case when direction = 'inbound' then occurred_at end) over (partition by deal_key) as last_inbound_at
    from deal_activities

),

recording_sources as (

    select distinct deals.source_system
    from deal_activities
    inner join deals on deal_activities.deal_key = deals.deal_key

),

deal_contact as (

    select
        deals.deal_key,
        max(with_replies.last_inbound_at) as last_inbound_at,
        greatest(
            coalesce(max(with_replies.occurred_at), max(deals.last_activity_at)),
            coalesce(max(deals.last_activity_at), max(with_replies.occurred_at))
        ) as last_activity_at,
        count(
            case
                when with_replies.direction = 'outbound'
                    and with_replies.occurred_at > with_replies.last_inbound_at then 1
                when with_replies.direction = 'outbound'
                    and with_replies.last_inbound_at is null
                    and coalesce(with_replies.occurred_at >= deals.created_at, true) then 1
            end
        ) as outbound_since_reply,
        max(case when recording_sources.source_system is not null then 1 else 0 end) = 1 as is_recorded
    from deals
    left join with_replies on deals.deal_key = with_replies.deal_key
    left join recording_sources on deals.source_system = recording_sources.source_system
    where not deals.is_closed
    group by deals.deal_key

)

select * from deal_contact
