// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>

namespace nephele {

// Widgets in a row that go on in the next line where they find no room: bars of chips and of actions, which
// in German or at 20 pt are longer than the smallest window is wide.
class FlowLayout : public QLayout
{
    Q_OBJECT

public:
    explicit FlowLayout(QWidget *parent = nullptr, int spacing = 6);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override;
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int index) const override;
    QLayoutItem *takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect &rect) override;

private:
    enum class Pass { Measure, Place };
    int flow(const QRect &rect, Pass pass) const; // returns the height it takes

    QList<QLayoutItem *> m_items;
};

} // namespace nephele
