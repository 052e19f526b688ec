{%- set reasons = ['rules_changed', 'rates_changed', 'spend_restated', 'late_data', 'deleted', 'merge', 'consent_changed', 'restated'] -%}

with changes as (

    select * from {{ ref('int_attribution__figure_changes') }}
    where value_before is not null

),

changed_evidence as (

    select * from {{ ref('int_attribution__changed_evidence') }}

),

-- Touches before a conversion, and the rate that holds for it, are of its month or an earlier one.
reasons as (

    select
        changes.figure,
        changes.period_month,
        changes.channel,
        changes.model,
        changes.conversion_type,
        {%- for reason in reasons %}
        max(case when changed_evidence.reason = '{{ reason }}' then '{{ reason }}, ' else '' end) as {{ reason }}{{ ',' if not loop.last }}
        {%- endfor %}
    from changes
    inner join changed_evidence
        on changed_evidence.subject = 'rules'
        or (
            changed_evidence.subject = 'rates'
            and changes.figure in ('spend', 'value')
            and changes.period_month >= changed_evidence.period_month
        )
        or (
            changed_evidence.subject in ('spend', 'campaigns')
            and changes.figure = 'spend'
            and changes.period_month = changed_evidence.period_month
        )
        or (
            changes.figure != 'spend'
            and (
                changed_evidence.subject in ('merges', 'consents')
                or (
                    changed_evidence.subject = 'conversions'
                    and changes.conversion_type in (changed_evidence.detail, '')
                    and changes.period_month = changed_evidence.period_month
                )
                or (
                    changed_evidence.subject = 'touchpoints'
                    and changes.period_month >= changed_evidence.period_month
                )
            )
        )
    group by changes.figure, changes.period_month, changes.channel, changes.model, changes.conversion_type

),

named as (

    select
        figure,
        period_month,
        channel,
        model,
        conversion_type,
        {{ dbt.concat(reasons) }} as reasons
    from reasons

)

select * from named
