{#- The attribution models that are SQL or an estimate, not a row of the seed attribution_weights: nobody can add one of their names. -#}
{%- macro own_attribution_models() -%}
    {{ return(['last_non_direct', 'time_decay', 'shapley', 'markov']) }}
{%- endmacro -%}

{#- Every attribution model, as a relation. -#}
{%- macro attribution_models() -%}
    select distinct model from {{ ref('attribution_weights') }}
    {%- for model in own_attribution_models() %}
    union all
    select '{{ model }}' as model
    {%- endfor %}
{%- endmacro -%}
