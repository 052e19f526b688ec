{#- The stage that a source's word stands for, as a join to the seed stage_map. -#}
{%- macro stage_map_join(row, object, source_stage) -%}
    left join {{ ref('stage_map') }} as stages
        on stages.source_system = {{ row }}.source_system
        and stages.object = '{{ object }}'
        and lower(trim(stages.source_stage)) = lower(trim({{ row }}.{{ source_stage }}))
{%- endmacro -%}

{#- Order of a stage; one that stage_map doesn't name comes after the known ones. -#}
{%- macro stage_order() -%}
    coalesce(stages.stage_order, (select coalesce(max(stage_order), 0) + 1 from {{ ref('stage_map') }}))
{%- endmacro -%}
