with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

contacts as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'contact'

),

parties as (

    select * from {{ ref('canonical_deal_parties') }}

),

matches as (

    select * from {{ ref('canonical_exclusion_matches') }}
    where object = 'activity'

),

named_deals as (

    select
        records.source_system,
        records.deal_id,
        parties.person_key,
        records.deal_key,
        count(*) over (partition by records.deal_id) as sources_with_the_id
    from {{ ref('canonical_deal_records') }} as records
    inner join parties on records.deal_key = parties.deal_key

),

supplied as (

    select
        'files' as source_system, activity_id, contact_id, deal_id, occurred_at,
        lower(trim(activity_type)) as activity_type,
        coalesce(nullif(lower(trim(direction)), ''), 'unknown') as direction,
        coalesce(nullif(lower(trim(prospecting)), ''), 'unknown') as prospecting,
        nullif(trim(owner), '') as owner,
        nullif(trim(outcome), '') as outcome
    from {{ ref('stg_files__activities') }}

),

activities as (

    select
        {{ surrogate_key(["'activity'", 'supplied.source_system', 'supplied.activity_id']) }} as activity_key,
        supplied.activity_id,
        supplied.source_system,
        supplied.occurred_at,
        supplied.activity_type,
        supplied.direction,
        supplied.prospecting,
        coalesce(contacts.person_key, own_deals.person_key, other_deals.person_key) as person_key,
        coalesce(own_deals.deal_key, other_deals.deal_key) as named_deal_key,
        supplied.owner,
        supplied.outcome
    from supplied
    cross join as_of
    left join contacts
        on supplied.source_system = contacts.source_system
        and supplied.contact_id = contacts.identifier
    left join named_deals as own_deals
        on supplied.source_system = own_deals.source_system
        and supplied.deal_id = own_deals.deal_id
    -- Within the key: a condition on the left side alone would turn the join into a loop over all pairs.
    left join named_deals as other_deals
        on case when own_deals.deal_id is null then supplied.deal_id end = other_deals.deal_id
        and supplied.source_system != other_deals.source_system
        and other_deals.sources_with_the_id = 1
    where supplied.occurred_at <= as_of.as_of

),

-- A deal that no mart holds is still known by its person, but its key would lead nowhere.
judged as (

    select
        activities.activity_key,
        activities.activity_id,
        activities.source_system,
        activities.occurred_at,
        activities.activity_type,
        activities.direction,
        activities.prospecting,
        activities.person_key,
        deals.deal_key,
        activities.owner,
        activities.outcome,
        least(matches.rule_no, excluded_people.rule_no, excluded_deals.rule_no) as excluded_by
    from activities
    left join {{ ref('canonical_deals') }} as deals
        on activities.named_deal_key = deals.deal_key
    left join {{ ref('canonical_excluded_people') }} as excluded_people
        on activities.person_key = excluded_people.person_key
    left join {{ ref('canonical_excluded_deals') }} as excluded_deals
        on activities.named_deal_key = excluded_deals.deal_key
    left join matches
        on activities.source_system = matches.source_system
        and activities.activity_id = matches.record_id

)

select * from judged
