with snapshots as (

    select * from {{ ref('int_risk__snapshots') }}

),

scores as (

    select * from {{ ref('int_risk__scores') }}

),

-- What would have been said of everybody by who had left until then.
base_rate as (

    select round(cast(count(case when is_lost then 1 end) as double) / nullif(count(*), 0), 9) as probability
    from snapshots
    where is_training

),

predicted as (

    select
        'base_rate' as method, snapshots.customer_key, snapshots.snapshot_date, snapshots.is_lost, base_rate.probability
    from snapshots
    cross join base_rate
    where snapshots.is_evaluation and base_rate.probability is not null
    union all
    select
        'learnt' as method, snapshots.customer_key, snapshots.snapshot_date, snapshots.is_lost, scores.probability
    from snapshots
    inner join scores
        on snapshots.customer_key = scores.customer_key
        and snapshots.snapshot_date = scores.snapshot_date
    where snapshots.is_evaluation and scores.probability is not null

),

-- Equal probabilities share a rank, and so a bin: nothing but the probability may decide in which bin a customer is.
ranked as (

    select
        *,
        rank() over (partition by method order by probability asc nulls last) as first_rank,
        count(*) over (partition by method, probability) as ties,
        count(*) over (partition by method) as customers
    from predicted

),

outcomes as (

    select
        method,
        customer_key,
        snapshot_date,
        is_lost,
        probability,
        cast(floor(10.0 * (first_rank - 1) / customers) as integer) as tenth,
        first_rank + (ties - 1) / 2.0 as middle_rank
    from ranked

)

select * from outcomes
