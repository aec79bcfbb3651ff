// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

class QButtonGroup;

namespace nephele {

// One of 3 to 8 rich choices: the whole area is the target. Put them into one exclusive QButtonGroup: arrows
// then move, Space picks. A choice beyond the quota stays choosable, greyed, with a triangle and words.
class ChoiceButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ChoiceButton(QWidget *parent = nullptr);

    // "Over quota"; empty takes it away.
    void setWarning(const QString &words);
    QString warning() const { return m_warning; }

protected:
    virtual QString spokenName() const = 0;
    void changed(); // names itself anew and repaints

private:
    QString m_warning;
};

// A card: a sign of one letter or an icon, a name, a muted second line, a tick when chosen.
class ChoiceCard : public ChoiceButton
{
    Q_OBJECT

public:
    // series: which of the chart colours the letter takes, 0 to 5. An icon name takes the letter's place.
    ChoiceCard(const QString &name, const QString &second, int series, const QString &iconName = QString(),
        QWidget *parent = nullptr);

    void setWords(const QString &name, const QString &second);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    QString spokenName() const override;
    void paintEvent(QPaintEvent *event) override;

private:
    void drawBadge(QPainter *painter, const QRectF &badge) const;

    QString m_second;
    QString m_iconName;
    int m_series;
};

// A row with a radio mark: a strong name and columns of facts, which share their widths with the rows above
// and below because all of them divide the same width.
class ChoiceRow : public ChoiceButton
{
    Q_OBJECT

public:
    explicit ChoiceRow(const QString &name, const QStringList &facts, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    QString spokenName() const override;
    void paintEvent(QPaintEvent *event) override;

private:
    void drawWarning(QPainter *painter, const QRectF &cell) const;

    QStringList m_facts;
};

} // namespace nephele
