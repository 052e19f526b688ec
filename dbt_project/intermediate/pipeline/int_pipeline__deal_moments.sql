{%- set fields = ['stage', 'amount', 'owner', 'pipeline', 'close_date_expected'] -%}

with changes as (

    select * from {{ ref('int_pipeline__deal_changes') }}

),

moments as (

    select
        deal_key,
        moment,
        {%- for field in fields %}
        max(case when field = '{{ field }}' then value end) as {{ field }},
        count(case when field = '{{ field }}' then 1 end) as {{ field }}_changes{{ ',' if not loop.last }}
        {%- endfor %}
    from changes
    group by deal_key, moment

),

versions as (

    select
        *,
        {%- for field in fields %}
        sum({{ field }}_changes) over (
            partition by deal_key
            order by moment
            rows between unbounded preceding and current row
        ) as {{ field }}_version{{ ',' if not loop.last }}
        {%- endfor %}
    from moments

),

-- A value stands until the field's next change.
standing as (

    select
        deal_key,
        moment,
        {%- for field in fields %}
        max({{ field }}) over (partition by deal_key, {{ field }}_version) as {{ field }}{{ ',' if not loop.last }}
        {%- endfor %}
    from versions

)

select * from standing
