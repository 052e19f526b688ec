{# Wilson's 95 % score interval of a share; bound is low or high. NULL where there were no trials or the successes aren't known.
   The ends are held to [0, 1] and to the share itself, because rounding leaves a share of 0 or 1 a hair outside its interval. #}
{% macro wilson_bound(bound, successes, trials) -%}
    {%- set z = 1.959964 -%}
    {%- set sign = '-' if bound == 'low' else '+' -%}
    {%- set share = "cast(" ~ successes ~ " as double) / " ~ trials -%}
    {%- set end -%}
        (
            {{ successes }} + {{ z * z / 2 }}
            {{ sign }} {{ z }} * sqrt(
                cast({{ successes }} as double) * ({{ trials }} - {{ successes }}) / {{ trials }} + {{ z * z / 4 }}
            )
        ) / ({{ trials }} + {{ z * z }})
    {%- endset -%}
    case
        when {{ trials }} > 0 and {{ successes }} is not null
            then
                {% if bound == 'low' -%}
                least({{ share }}, greatest(0.0, {{ end }}))
                {%- else -%}
                greatest({{ share }}, least(1.0, {{ end }}))
                {%- endif %}
    end
{%- endmacro %}
