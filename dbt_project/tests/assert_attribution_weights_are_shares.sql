-- Fails if a weight of the seed attribution_weights is negative or a model's weights sum to nothing that could be shared.
with weights as (

    select * from {{ ref('attribution_weights') }}

),

failures as (

    select
        model,
        min(weight) as smallest_weight,
        sum(weight) as all_weights
    from weights
    group by model
    having min(weight) < 0 or sum(weight) <= 0

)

select * from failures
