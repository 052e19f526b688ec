{%- set models = [
    ('bg_nbd', 'purchases', ['r', 'alpha', 'a', 'b'], 'customers who bought again'),
    ('gamma_gamma', 'spend', ['p', 'q', 'gamma'], 'customers who bought again'),
    ('sbg', 'terms', ['alpha', 'beta'], 'customers who left'),
] %}
with purchases as (

    select counts.fit_no, predictions.*
    from {{ ref('stg_estimates__purchase_predictions') }} as predictions
    inner join {{ ref('int_value__purchase_counts') }} as counts
        on predictions.row_no = counts.row_no
        and predictions.checksum = counts.checksum

),

spend as (

    select means.fit_no, predictions.*
    from {{ ref('stg_estimates__spend_predictions') }} as predictions
    inner join {{ ref('int_value__spend_means') }} as means
        on predictions.row_no = means.row_no
        and predictions.checksum = means.checksum

),

terms as (

    select projections.*
    from {{ ref('stg_estimates__term_projections') }} as projections
    inner join {{ ref('int_value__term_counts') }} as counts
        on projections.fit_no = counts.fit_no
        and projections.term = counts.term
        and projections.checksum = counts.checksum

),

-- Every row of an estimate repeats its fit's parameters.
parameters as (
{% for model, relation, names, learnt_from in models %}{% for name in names %}
    select distinct
        '{{ model }}' as model,
        fit_no,
        '{{ name }}' as parameter,
        {{ loop.index }} as parameter_no,
        {{ name }} as parameter_value,
        log_likelihood,
        fitted_customers,
        refusal,
        needed,
        '{{ learnt_from }}' as learnt_from
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}{% endfor %}{{ '\n    union all' if not loop.last }}{% endfor %}

),

model_parameters as (

    select
        model,
        fit_no,
        parameter,
        parameter_value,
        log_likelihood,
        fitted_customers,
        case refusal
            when 1 then {{ dbt.concat([
                "'too few customers to learn from: '", "cast(fitted_customers as " ~ dbt.type_string() ~ ")",
                "' of the '", "cast(needed as " ~ dbt.type_string() ~ ")", "' needed'",
            ]) }}
            when 2 then {{ dbt.concat([
                "'too few '", 'learnt_from', "': '", "cast(needed as " ~ dbt.type_string() ~ ")", "' are needed'",
            ]) }}
            when 3 then 'the fit does not converge: no parameters are likelier than all others'
            when 4 then 'the fitted spend has no mean'
        end as refusal
    from parameters

)

select * from model_parameters
