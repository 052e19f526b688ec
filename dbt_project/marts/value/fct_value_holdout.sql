with validation_cases as (

    select * from {{ ref('int_value__validation_cases') }}

),

fits as (

    select * from {{ ref('int_value__fits') }}
    where fit_no = 1

),

refusals as (

    select
        model,
        min(refusal) as refusal
    from {{ ref('int_value__model_parameters') }}
    where fit_no = 1
    group by model

),

with_total as (

    select * from validation_cases
    union all
    select model, measure, learnt_from, 'all' as group_name, 'all' as group_value, customers, predicted, actual, naive
    from validation_cases

),

-- Sums of decimals are the same in whatever order they are made.
sums as (

    select
        model,
        measure,
        learnt_from,
        group_name,
        group_value,
        cast(sum(customers) as bigint) as customers,
        case measure when 'purchase_value' then sum(customers) else 1 end as divisor,
        cast(sum(cast(predicted as decimal(24, 9))) as double) as predicted,
        cast(sum(cast(actual as decimal(24, 9))) as double) as actual,
        cast(sum(cast(naive as decimal(24, 9))) as double) as naive
    from with_total
    group by model, measure, learnt_from, group_name, group_value

),

holdout as (

    select
        sums.model,
        sums.measure,
        sums.group_name,
        sums.group_value,
        fits.last_day as calibrated_until,
        cast(fits.horizon_days as bigint) as validation_days,
        sums.customers,
        sums.predicted / sums.divisor as predicted,
        sums.actual / sums.divisor as actual,
        (sums.predicted - sums.actual) / sums.divisor as error,
        sums.naive / sums.divisor as naive,
        refusals.refusal
    from sums
    inner join fits
        on sums.learnt_from = fits.learnt_from
    left join refusals
        on sums.model = refusals.model

)

select * from holdout
