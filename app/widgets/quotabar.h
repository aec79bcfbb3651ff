// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace nephele {

// A limit and what is taken of it, in the unit that is shown. A limit below 0 is none.
struct Usage
{
    qreal used = 0;
    qreal limit = 0;
    qreal planned = 0; // what a form is about to take

    bool fits() const { return limit < 0 || used + planned <= limit; }
    qreal part(qreal of) const { return limit > 0 ? of / limit : (of > 0 && limit == 0 ? 2 : 0); }
};

// "Servers   13 + 1 of 20" over a bar: a full part, a notch, the planned part paler; "19 GB too many" beyond.
class QuotaBar : public QWidget
{
    Q_OBJECT

public:
    explicit QuotaBar(const QString &name, const QString &unit = QString(), QWidget *parent = nullptr);

    void setUsage(const Usage &usage);
    const Usage &usage() const { return m_usage; }
    QString valueText() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString withUnit(qreal value) const;
    int lineHeight() const;

    QString m_name;
    QString m_unit;
    Usage m_usage;
};

// The same as a ring, for the few on Overview: the percentage inside, words below.
class QuotaRing : public QWidget
{
    Q_OBJECT

public:
    explicit QuotaRing(const QString &name, const QString &unit = QString(), QWidget *parent = nullptr);

    void setUsage(const Usage &usage);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString valueText() const;

    QString m_name;
    QString m_unit;
    Usage m_usage;
};

// A number with its last hour: label, value, sparkline, a hairline under it.
class MetricTile : public QWidget
{
    Q_OBJECT

public:
    MetricTile(const QString &name, int series, QWidget *parent = nullptr);

    // values from 0 to top, oldest first; none leaves a dash.
    void setValues(const QString &value, const QList<qreal> &values, qreal top = 100);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int lineHeight() const;

    QString m_name;
    QString m_value;
    QList<qreal> m_values;
    qreal m_top = 100;
    int m_series;
};

} // namespace nephele
