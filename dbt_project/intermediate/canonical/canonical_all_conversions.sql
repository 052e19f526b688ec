with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

supplied as (

    select
        'files' as source_system, conversion_id, conversion_type, contact_id, email, anonymous_id, click_id, converted_at,
        value, {{ currency_or_reporting('currency') }} as currency, {{ reporting_day('converted_at') }} as rate_date
    from {{ ref('stg_files__conversions') }}

),

-- A click that nothing links to anybody, or that too many share, is nobody's.
clicks as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'click' and not is_representative

),

identified as (

    select
        supplied.*,
        coalesce(clicks.person_key, {{ person_of('supplied') }}) as person_key
    from supplied
    cross join as_of
    left join clicks
        on supplied.source_system = clicks.source_system
        and supplied.click_id = clicks.identifier
    {{ person_joins('supplied') }}
    where supplied.converted_at <= as_of.as_of

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

conversions as (

    select
        identified.conversion_id,
        identified.source_system,
        identified.conversion_type,
        identified.person_key,
        people.company_key,
        identified.converted_at,
        identified.value,
        identified.currency,
        {{ to_reporting('identified.value', 'identified.currency', 'identified.rate_date') }} as value_reporting
    from identified
    left join people on identified.person_key = people.person_key
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'identified.currency', 'identified.rate_date') }}

),

judged as (

    select
        conversions.*,
        excluded_people.rule_no as excluded_by
    from conversions
    left join excluded_people on conversions.person_key = excluded_people.person_key

)

select * from judged
