with people as (

    select * from {{ ref('canonical_people') }}

),

first_seen as (

    select * from {{ ref('int_core__first_seen') }}

),

stage_entries as (

    select * from {{ ref('int_core__stage_entries') }}

),

first_touches as (

    select * from {{ ref('int_core__first_touches') }}

),

customers as (

    select * from {{ ref('canonical_customers') }}
    where became_customer_at is not null

),

consents as (

    select
        person_key,
        max(case when purpose = 'marketing' then status end) as marketing,
        max(case when purpose = 'analytics' then status end) as analytics
    from {{ ref('canonical_consents') }}
    where ended_at is null
    group by person_key

),

described as (

    select
        people.person_key,
        people.contact_id,
        people.email_hash,
        first_seen.first_seen_at,
        people.company_key,
        people.lifecycle_stage,
        stage_entries.became_lead_at,
        stage_entries.became_mql_at,
        stage_entries.became_sal_at,
        stage_entries.became_sql_at,
        stage_entries.became_customer_at,
        people.lead_source,
        people.self_reported_source,
        coalesce(first_touches.channel, 'unknown') as acquisition_channel,
        people.country,
        people.segment,
        people.owner,
        person_customers.customer_key is not null
        or company_customers.customer_key is not null as is_customer,
        case
            when consents.marketing = 'granted' then true
            when consents.marketing = 'denied' then false
            when people.is_opted_out then false
        end as is_marketing_allowed,
        case consents.analytics when 'granted' then true when 'denied' then false end as is_analytics_allowed
    from people
    left join first_seen on people.person_key = first_seen.person_key
    left join stage_entries on people.person_key = stage_entries.person_key
    left join first_touches on people.person_key = first_touches.person_key
    left join customers as person_customers on people.person_key = person_customers.customer_key
    left join customers as company_customers on people.company_key = company_customers.customer_key
    left join consents on people.person_key = consents.person_key

)

select * from described
