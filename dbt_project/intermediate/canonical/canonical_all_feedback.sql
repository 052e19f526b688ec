with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

feedback as (

    select
        'files' as source_system,
        *
    from {{ ref('stg_files__feedback') }}

),

parties as (

    select * from {{ ref('canonical_purchase_parties') }}

),

excluded_purchases as (

    select * from {{ ref('canonical_excluded_purchases') }}

),

purchases as (

    select
        parties.source_system,
        parties.customer_id,
        case
            when excluded_purchases.rule_no is null then coalesce(parties.company_key, parties.person_key)
        end as customer_key,
        excluded_purchases.rule_no
    from parties
    left join excluded_purchases
        on parties.purchase = excluded_purchases.purchase
        and parties.source_system = excluded_purchases.source_system
        and parties.purchase_id = excluded_purchases.purchase_id
        and parties.purchased_at = excluded_purchases.purchased_at

),

-- A customer leaves with the last of its purchases.
customers as (

    select
        source_system,
        customer_id,
        case when count(distinct customer_key) = 1 then min(customer_key) end as customer_key,
        case when count(*) = count(rule_no) then min(rule_no) end as excluded_by
    from purchases
    group by source_system, customer_id

),

responses as (

    select
        {{ surrogate_key(["'feedback'", 'feedback.source_system', 'feedback.response_id']) }} as response_key,
        feedback.source_system,
        feedback.response_id,
        customers.customer_key,
        feedback.customer_id,
        lower(trim(feedback.survey_type)) as survey_type,
        feedback.score,
        feedback.responded_at,
        customers.excluded_by
    from feedback
    cross join as_of
    left join customers
        on feedback.source_system = customers.source_system
        and feedback.customer_id = customers.customer_id
    where feedback.responded_at <= as_of.as_of

)

select * from responses
