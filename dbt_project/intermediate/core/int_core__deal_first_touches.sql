with deals as (

    select * from {{ ref('canonical_deals') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

first_touches as (

    select * from {{ ref('int_core__first_touches') }}

),

deal_people as (

    select deal_key, person_key, coalesce(closed_at, as_of.as_of) as until_at
    from deals
    cross join {{ ref('canonical_as_of') }} as as_of
    where person_key is not null
    union all
    select deals.deal_key, people.person_key, coalesce(deals.closed_at, as_of.as_of) as until_at
    from deals
    cross join {{ ref('canonical_as_of') }} as as_of
    inner join people on deals.company_key = people.company_key
    where deals.person_key is null

),

deal_touches as (

    select
        deal_people.deal_key,
        min(first_touches.occurred_at) as first_touch_at
    from deal_people
    inner join first_touches
        on deal_people.person_key = first_touches.person_key
        and first_touches.occurred_at <= deal_people.until_at
    group by deal_people.deal_key

)

select * from deal_touches
