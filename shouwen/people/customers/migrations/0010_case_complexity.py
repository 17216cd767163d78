from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0009_tierservice_resolve_hours'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='tierservice',
            name='tier_dimension_known',
        ),
        migrations.AlterField(
            model_name='tierservice',
            name='dimension',
            field=models.CharField(choices=[('value', 'Value'), ('risk', 'Risk'), ('kind', 'Type'), ('complexity', 'Complexity of the case')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='tierservice',
            constraint=models.CheckConstraint(condition=models.Q(('dimension__in', ['value', 'risk', 'kind', 'complexity'])), name='tier_dimension_known'),
        ),
    ]
