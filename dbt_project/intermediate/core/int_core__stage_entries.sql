with history as (

    select * from {{ ref('canonical_lifecycle_history') }}

),

first_entries as (

    select
        person_key,
        min(case when stage = 'lead' then entered_at end) as became_lead_at,
        min(case when stage = 'mql' then entered_at end) as became_mql_at,
        min(case when stage = 'sal' then entered_at end) as became_sal_at,
        min(case when stage = 'sql' then entered_at end) as became_sql_at,
        min(case when stage = 'customer' then entered_at end) as became_customer_at
    from history
    group by person_key

)

select * from first_entries
