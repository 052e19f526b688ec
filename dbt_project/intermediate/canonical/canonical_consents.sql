with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

consents as (

    select * from {{ ref('stg_files__consents') }}

),

identified as (

    select
        email_identifiers.person_key,
        lower(trim(consents.purpose)) as purpose,
        lower(trim(consents.status)) as status,
        consents.recorded_at
    from consents
    cross join as_of
    {{ email_join('consents') }}
    where consents.recorded_at <= as_of.as_of
        and email_identifiers.person_key is not null

),

-- A person may have several addresses: where they say different things at one moment, the denial stands.
moments as (

    select
        person_key,
        purpose,
        recorded_at,
        case when max(case when status = 'denied' then 1 else 0 end) = 1 then 'denied' else max(status) end as status
    from identified
    group by person_key, purpose, recorded_at

),

choices as (

    select
        person_key,
        purpose,
        status,
        recorded_at,
        lead(recorded_at) over (partition by person_key, purpose order by recorded_at asc nulls last) as ended_at
    from moments

),

with_ends as (

    select
        *,
        coalesce(ended_at, cast('9999-12-31' as {{ dbt.type_timestamp() }})) as ended_at_or_never
    from choices

)

select * from with_ends
