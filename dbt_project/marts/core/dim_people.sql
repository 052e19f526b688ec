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
        cast(null as boolean) as is_marketing_allowed,
        cast(null as boolean) as is_analytics_allowed
    from people
    left join first_seen on people.person_key = first_seen.person_key
    left join stage_entries on people.person_key = stage_entries.person_key
    left join first_touches on people.person_key = first_touches.person_key
    left join customers as person_customers on people.person_key = person_customers.customer_key
    left join customers as company_customers on people.company_key = company_customers.customer_key

)

select * from described
