with decisions as (

    select * from {{ ref('int_renewals__decisions') }}

),

subscription_amounts as (

    select * from {{ ref('int_renewals__subscription_amounts') }}

),

deal_terms as (

    select * from {{ ref('int_renewals__deal_terms') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

terms as (

    select
        {{ surrogate_key(["'subscription'", 'decisions.contract_key', 'decisions.term_no']) }} as renewal_key,
        'subscription' as source,
        decisions.subscription_id,
        cast(null as {{ dbt.type_string() }}) as deal_key,
        cast(null as {{ dbt.type_string() }}) as deal_id,
        decisions.customer_key,
        decisions.term_no,
        decisions.term_months,
        decisions.term_started_at,
        decisions.due_at,
        decisions.fate,
        decisions.decided_at,
        decisions.churn_type,
        subscription_amounts.amount_before_reporting,
        case when decisions.fate != 'open' then subscription_amounts.amount_after_reporting end as amount_after_reporting
    from decisions
    left join subscription_amounts
        on decisions.contract_key = subscription_amounts.contract_key
        and decisions.term_no = subscription_amounts.term_no
    union all
    select
        {{ surrogate_key(["'deal'", 'deal_key', '1']) }} as renewal_key,
        'deal' as source,
        null as subscription_id,
        deal_key,
        deal_id,
        customer_key,
        1 as term_no,
        {{ var('deal_term_months') }} as term_months,
        term_started_at,
        due_at,
        fate,
        decided_at,
        null as churn_type,
        amount_before_reporting,
        case when fate = 'lost' then 0 else amount_after_reporting end as amount_after_reporting
    from deal_terms

),

renewals as (

    select
        terms.renewal_key,
        terms.source,
        terms.subscription_id,
        terms.deal_key,
        terms.deal_id,
        terms.customer_key,
        customers.customer_id,
        cast(terms.term_no as integer) as term_no,
        cast(terms.term_months as integer) as term_months,
        terms.term_started_at,
        terms.due_at,
        {{ reporting_month('terms.due_at') }} as period_month,
        case
            when terms.fate in ('lost', 'open') then terms.fate
            when terms.amount_after_reporting > terms.amount_before_reporting then 'expanded'
            when terms.amount_after_reporting < terms.amount_before_reporting then 'contracted'
            else 'renewed'
        end as outcome,
        terms.decided_at,
        {{ fractional_days('terms.decided_at', 'terms.due_at') }} as lead_time_days,
        terms.churn_type,
        cast(terms.amount_before_reporting as decimal(24, 6)) as amount_before_reporting,
        cast(terms.amount_after_reporting as decimal(24, 6)) as amount_after_reporting,
        coalesce(customers.segment, 'unknown') as segment
    from terms
    left join customers
        on terms.customer_key = customers.customer_key
    order by terms.due_at, terms.renewal_key

)

select * from renewals
