with model_parameters as (

    select * from {{ ref('int_value__model_parameters') }}
    where fit_no = 0

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

parameters as (

    select
        model_parameters.model,
        model_parameters.parameter,
        model_parameters.parameter_value as value,
        model_parameters.log_likelihood,
        model_parameters.fitted_customers as customers,
        as_of.as_of as fitted_at,
        model_parameters.refusal
    from model_parameters
    cross join as_of

)

select * from parameters
