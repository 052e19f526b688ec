with contracts as (

    select * from {{ ref('int_renewals__contracts') }}

),

candidates as (

    select
        contracts.contract_key,
        successors.contract_key as successor_key,
        successors.source_system,
        successors.subscription_id,
        successors.started_at,
        row_number() over (
            partition by successors.contract_key
            order by
                case
                    when contracts.source_system = successors.source_system and contracts.subscription_id = successors.subscription_id then 0
                    else 1
                end,
                contracts.ended_at desc nulls last,
                contracts.subscription_id asc nulls last,
                contracts.started_at asc nulls last
        ) as candidate_no
    from contracts
    inner join contracts as successors
        on contracts.customer_key = successors.customer_key
        and contracts.ended_at <= successors.started_at
        and contracts.ended_at >= {{ dbt.dateadd('day', -1 * var('subscription_gap_days'), 'successors.started_at') }}

),

successions as (

    select
        contract_key,
        successor_key,
        source_system,
        subscription_id,
        started_at
    from candidates
    where candidate_no = 1

)

select * from successions
